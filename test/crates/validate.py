"""Checks crates with rocrate-validator against the profile Process Run Crate: python validate.py DIRECTORY...

Exits with 1 where a requirement is not met. Where the documents that define the terms cannot be fetched, the terms that
our crates use are defined here, and a line says so.
"""

import json
import sys
import urllib.request

import requests
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

CRATE = "https://w3id.org/ro/crate/1.1/context"
RUNS = "https://w3id.org/ro/terms/workflow-run"
SCHEMA = """
  CreateAction CreativeWork Dataset Person PropertyValue ScholarlyArticle SoftwareApplication about actionStatus agent author
  citation contentSize datePublished description encodingFormat endTime error hasPart identifier instrument license mentions
  name object result softwareRequirements softwareVersion startTime unitText url value version
""".split()
TERMS = {
    CRATE: {
        **{term: f"http://schema.org/{term}" for term in SCHEMA},
        "File": "http://schema.org/MediaObject",
        "conformsTo": "http://purl.org/dc/terms/conformsTo",
    },
    f"{RUNS}/context": {term: f"{RUNS}#{term}" for term in ("sha256", "environment", "resourceUsage")},
}


def is_reachable():
    try:
        urllib.request.urlopen(CRATE, timeout=20).close()
        return True
    except OSError:
        return False


def our_terms(_requester, url, **_options):
    response = requests.Response()
    response.url = url
    response.status_code = 200 if url in TERMS else 404
    response.headers["Content-Type"] = "application/ld+json"
    response._content = json.dumps({"@context": TERMS.get(url, {})}).encode()
    return response


if not is_reachable():
    print("The definitions of the terms cannot be fetched: our own take their place.")
    HttpRequester.get = our_terms

failed = False
for directory in sys.argv[1:]:
    result = services.validate(
        services.ValidationSettings(
            rocrate_uri=directory,
            profile_identifier="process-run-crate",
            requirement_severity=models.Severity.REQUIRED,
        )
    )
    issues = result.get_issues()
    print(f"{directory}: {len(issues)} requirements are not met")
    for issue in issues:
        print(f"  {issue.check.identifier}: {issue.message}")
    failed = failed or bool(issues)
sys.exit(1 if failed else 0)
