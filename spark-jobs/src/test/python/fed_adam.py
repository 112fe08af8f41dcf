"""FedAdam, algorithm 2 of Reddi et al. 2021 (arXiv 2003.00295): the golden values of ServerOptimizerTest.

Run: python3 fed_adam.py    (needs numpy; state is kept in float32, the step is computed in float64)
"""

import numpy as np

rate, beta1, beta2, tau = 0.1, 0.9, 0.99, 1e-3
x = np.array([1.0, -0.5, 0.25], dtype=np.float32)
m = np.zeros(3, dtype=np.float32)
v = np.full(3, tau * tau, dtype=np.float32)
for mean in ([0.01, -0.02, 0.0], [0.03, 0.01, 1e-6], [-0.02, 0.005, -1e-3]):
    d = np.array(mean, dtype=np.float64)
    m = (beta1 * m.astype(np.float64) + (1 - beta1) * d).astype(np.float32)
    v = (beta2 * v.astype(np.float64) + (1 - beta2) * d * d).astype(np.float32)
    step = rate * m.astype(np.float64) / (np.sqrt(v.astype(np.float64)) + tau)
    x = (x.astype(np.float64) + step).astype(np.float32)
np.set_printoptions(precision=10)
print("x", x, "\nm", m, "\nv", v)
