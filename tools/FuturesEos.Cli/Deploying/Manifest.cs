using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>One Kubernetes document.</summary>
/// <param name="Node">Its tree.</param>
internal sealed record Manifest(JsonObject Node)
{
    /// <summary>Its kind.</summary>
    public string Kind => Tree.Text(Node, "kind") ?? "";

    /// <summary>Group and version.</summary>
    public string ApiVersion => Tree.Text(Node, "apiVersion") ?? "";

    /// <summary>Its name.</summary>
    public string Name => Tree.Text(Node, "metadata", "name") ?? "";

    /// <summary>Its namespace; empty: none.</summary>
    public string Namespace => Tree.Text(Node, "metadata", "namespace") ?? "";

    /// <summary>Its specification.</summary>
    public JsonNode? Spec => Node["spec"];

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels => Tree.Map(Node, "metadata", "labels");

    /// <summary>How messages name it.</summary>
    public override string ToString() => $"{Kind} {Name}";

    /// <summary>The pod template that it has, if it is a workload.</summary>
    public JsonNode? PodTemplate => Kind switch
    {
        "Deployment" or "StatefulSet" or "Job" => Tree.At(Spec, "template"),
        "CronJob" => Tree.At(Spec, "jobTemplate", "spec", "template"),
        _ => null,
    };
}
