"""Prints what AWS Lambda grants this account in this region: its answer to GetAccountSettings, as JSON.

Run by `souk doctor` and `souk deploy` in the SAM CLI's environment, so credentials and region are those of the deployment.
"""

import json

import boto3
from botocore.config import Config

limits = boto3.client("lambda", config=Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 2}))
print(json.dumps(limits.get_account_settings()["AccountLimit"]))
