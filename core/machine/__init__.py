"""What this machine offers: processes, the device, optional packages."""
