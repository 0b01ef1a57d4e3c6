"""Charts drawn from the evidence that findings cite."""
