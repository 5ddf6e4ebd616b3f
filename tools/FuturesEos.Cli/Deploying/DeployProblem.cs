namespace FuturesEos.Cli.Deploying;

/// <summary>Something in the manifests that would go wrong in a cluster.</summary>
/// <param name="Check">Who found it.</param>
/// <param name="Text">What is wrong, one sentence.</param>
internal sealed record DeployProblem(string Check, string Text);
