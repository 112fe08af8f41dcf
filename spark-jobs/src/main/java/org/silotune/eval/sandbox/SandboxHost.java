package org.silotune.eval.sandbox;

import java.util.Optional;

/**
 * What a machine isolates programs with.
 *
 * @param tools that build a sandbox, and that programs find
 * @param filter of system calls
 * @param groups that count memory and processes, where this process may make some
 * @param script of the inside
 */
record SandboxHost(
    SandboxTools tools, CallFilter filter, Optional<ControlGroups> groups, String script) {}
