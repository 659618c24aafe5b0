"""The engines that a contract is held on besides memory: both agree, or it does not hold."""

import pytest

FIRST = "moto"
SECOND = pytest.param("ministack", marks=[pytest.mark.integration, pytest.mark.prove])
"""The whole service runs on it in every other test; contract by contract it is for the proofs."""
