"""What the vendor's service does with invoices, as far as it is documented; the rest is assumed, by name."""
