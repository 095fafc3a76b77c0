"""Completes moto 5.2 where it forgets parts of a request, so that a second plan can be empty.

Python loads this file automatically if its folder is on PYTHONPATH. Each patch returns what the request contained, or a
status that AWS always reaches; nothing of a stack is changed. What is patched, and what Terraform says without it:

- API Gateway v2, domain names: no DomainNameStatus ("unexpected state '', wanted target 'AVAILABLE'");
- API Gateway v2, APIs: ipAddressType is forgotten;
- Lambda: LoggingConfig is forgotten;
- S3: conditions of bucket policies are ignored, so that a policy which refuses plain HTTP refuses everything ("403 Forbidden");
- CloudFront: an origin's access control is forgotten, forwarded values and an SSL support method are made up.
"""
import sys

if any("moto.server" in argument for argument in sys.orig_argv):
    import json

    import moto.apigatewayv2.models as gateway
    import moto.apigatewayv2.responses as gateway_responses
    import moto.awslambda.models as functions
    import moto.cloudfront.models as cloudfront
    import moto.s3.models as buckets

    def after(owner, name):
        """Replaces owner.name with a function that receives the result of the old one, and its arguments."""
        old = getattr(owner, name)

        def replace(new):
            setattr(owner, name, lambda self, *a, **k: new(self, old(self, *a, **k), *a, **k))

        return replace

    @after(gateway.DomainName, "to_json")
    def domain_name(self, result):
        region = self.domain_name_arn.split(":")[3]
        for configuration in result["domainNameConfigurations"]:
            configuration.update(
                domainNameStatus="AVAILABLE",
                hostedZoneId="Z123",
                apiGatewayDomainName=f"d-1234567890.execute-api.{region}.amazonaws.com",
            )
        if not result["mutualTlsAuthentication"]:
            del result["mutualTlsAuthentication"]
        return result

    @after(gateway_responses.ApiGatewayV2Response, "create_api")
    def create_api(self, result):
        api = self.apigatewayv2_backend.get_api(json.loads(result[2])["apiId"])
        api.ip_address_type = json.loads(self.body).get("ipAddressType", "ipv4")
        return result[0], result[1], json.dumps(api.to_json())

    @after(gateway.Api, "to_json")
    def api(self, result):
        return {**result, "ipAddressType": getattr(self, "ip_address_type", "ipv4")}

    @after(buckets.FakeBucket, "get_permission")
    def bucket_permission(self, result, *_, **__):
        return None if b"aws:SecureTransport" in (self.policy or b"") else result

    @after(functions.LambdaFunction, "__init__")
    def function(self, result, account_id, spec, *_, **__):
        self.logging_config = spec.get("LoggingConfig")

    @after(functions.LambdaFunction, "get_configuration")
    def function_configuration(self, result, *_, **__):
        if self.logging_config:
            result["LoggingConfig"] = {"LogGroup": f"/aws/lambda/{self.function_name}", **self.logging_config}
        return result

    @after(cloudfront.Origin, "__init__")
    def origin(self, result, given):
        self.origin_access_control_id = given.get("OriginAccessControlId", "")

    @after(cloudfront.DefaultCacheBehaviour, "__init__")
    def cache_behaviour(self, result, given):
        if given.get("CachePolicyId"):
            self.forwarded_values = None

    @after(cloudfront.ViewerCertificate, "__init__")
    def viewer_certificate(self, result, given):
        if self.cloud_front_default_certificate:
            self.ssl_support_method = None
