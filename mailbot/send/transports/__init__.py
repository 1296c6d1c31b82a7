"""One file per way of handing a message over."""
