using FuturesEos.Cli.Pipeline;

namespace FuturesEos.Cli.Deploying;

/// <summary>The folder <c>deploy/</c>: where what lies in it.</summary>
internal sealed class DeployFolder(string path)
{
    /// <summary>Namespace of the pipeline.</summary>
    public const string Namespace = "trading";

    /// <summary>Debezium carries the outbox.</summary>
    public const string WithDebezium = "kind";

    /// <summary>This product's own relay carries the outbox.</summary>
    public const string WithRelay = "kind-relay";

    /// <summary>Every overlay that can be applied.</summary>
    public static readonly IReadOnlyList<string> Overlays = [WithDebezium, WithRelay, "kind-monitored"];

    /// <summary>What is applied after an overlay, to prove that it works.</summary>
    public static readonly IReadOnlyList<string> Proofs = ["replay", "verify"];

    /// <summary>The one of this repository.</summary>
    public static DeployFolder Own { get; } = new(System.IO.Path.Combine(Installation.Root, "deploy"));

    /// <summary>Its path.</summary>
    public string Path { get; } = path;

    /// <summary>A file or folder in it.</summary>
    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>The documents of an overlay.</summary>
    public List<Manifest> Overlay(string name) => Kustomization.Build(At("overlays", name));

    /// <summary>The documents of a proof.</summary>
    public List<Manifest> Proof(string name) => Kustomization.Build(At("proof", name));

    /// <summary>Everything that can be in the cluster at once: what the checks look at.</summary>
    public ManifestSet Everything(string overlay = WithDebezium) =>
        new([.. Overlay(overlay), .. Kustomization.Build(At("monitoring")), .. Proofs.SelectMany(Proof)]);
}
