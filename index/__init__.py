"""What is stored and searched: articles, passages, their vectors and words.

OpenBLAS, which numpy multiplies with, lets its threads spin for 25 ms after each product, in case there is another: a search,
which has some small ones, took twice the processor time that it needed (benchmarks/speed). It is told not to, before it is loaded.
"""

import os

os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # 2 to the power of 4 cycles
