"""What works on this machine and what does not, each with its consequence and what to do about it.

Looking and judging are apart: ``machine``, ``terminal``, ``places``, ``rights`` and ``trials`` give facts,
``judgement`` turns facts into checks (pure), ``telling`` prints them. Leaves nothing behind.
"""

from playground.doctor.telling import examine

__all__ = ["examine"]
