/** What SiloTune adds to the engine's own package; see {@link ai.djl.pytorch.jni.ScriptCalls}. */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;
