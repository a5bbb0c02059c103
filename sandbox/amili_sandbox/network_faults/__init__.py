"""Every kind of bad day: what can go wrong between a client and the vendor, on request."""
