"""schemathesis on the stand-in: generated requests, judged by its checks and by ours."""
