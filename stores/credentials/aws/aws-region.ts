/** The region that requests without one go to: `AWS_REGION`, `AWS_DEFAULT_REGION`, or us-east-1, which every account has. */
export function awsRegion({ AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv): string {
  const region = AWS_REGION || AWS_DEFAULT_REGION || "";
  return /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region) ? region : "us-east-1";
}

/** The domain of AWS in a region (AWS, "Partitions"). */
export function awsDomain(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
