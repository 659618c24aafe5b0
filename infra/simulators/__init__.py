"""Stand-ins, on loopback, for what a deployed service reaches by URL: VNeID, and the registers behind NGSP and LGSP.

A small app of its own with made-up citizens only. The service never imports it; tests and `make run` start it.
"""
