"""What tests share: virtual time, counted ids, fakes of the ports. Never imported by the service."""
