"""What surrounds the service: template, package, local runtime, simulators. The service never imports it."""
