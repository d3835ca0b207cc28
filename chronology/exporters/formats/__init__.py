"""The formats, one module each: a class of `Exporter` put into a module here is one of them."""
