using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>All documents of one deployment, and who is in it.</summary>
internal sealed class ManifestSet(IReadOnlyList<Manifest> manifests)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Manifest> All { get; } = manifests;

    /// <summary>Those of a kind.</summary>
    public IEnumerable<Manifest> Of(string kind) => All.Where(manifest => manifest.Kind == kind);

    /// <summary>One by kind and name.</summary>
    public Manifest? Find(string kind, string name) => Of(kind).FirstOrDefault(manifest => manifest.Name == name);

    /// <summary>A copy that can be changed without changing this one.</summary>
    public ManifestSet Clone() => new([.. All.Select(manifest => new Manifest((JsonObject)manifest.Node.DeepClone()))]);

    /// <summary>The pods of our own documents.</summary>
    public IReadOnlyList<Workload> Workloads =>
        [.. from manifest in All
            where manifest.PodTemplate is not null
            let labels = Tree.Map(manifest.PodTemplate, "metadata", "labels")
            select new Workload(
                labels.GetValueOrDefault("app") ?? manifest.Name, manifest.Namespace, labels, manifest)];

    /// <summary>
    /// The pods that Strimzi makes of its resources: their labels are its own (Strimzi 1.2,
    /// io.strimzi.operator…Labels).
    /// </summary>
    public IReadOnlyList<Workload> StrimziPods =>
        [.. Of("Kafka").SelectMany(kafka => new[]
            {
                Made("kafka", kafka, "Kafka", kafka.Name + "-kafka"),
                Made("entity-operator", kafka, "Kafka", kafka.Name + "-entity-operator"),
            }),
            .. Of("KafkaConnect")
                .Select(connect => Made("connect", connect, "KafkaConnect", connect.Name + "-connect"))];

    private static Workload Made(string name, Manifest owner, string kind, string component) => new(
        name, owner.Namespace, new Dictionary<string, string>
        {
            ["strimzi.io/cluster"] = owner.Name, ["strimzi.io/kind"] = kind, ["strimzi.io/name"] = component,
        });
}
