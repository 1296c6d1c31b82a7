"""Forms that the product was never shown: layouts in words of their own, filled in, with what is true of them."""
