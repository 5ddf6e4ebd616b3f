using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// The schemas of Kubernetes, Strimzi, the Prometheus operator and Kind, found beside the repository
/// (<c>shared/k8s-schemas</c>, or the folder that FUTURES_EOS_K8S_SCHEMAS names). What is found is for reading
/// strictly: a field that no schema knows is an error.
/// </summary>
internal sealed class SchemaBook
{
    private static readonly Lazy<SchemaBook?> Shared = new(Find);

    private readonly JsonObject _definitions;
    private readonly Dictionary<(string ApiVersion, string Kind), JsonObject> _byKind = [];

    private SchemaBook(string folder)
    {
        _definitions = JsonNode.Parse(
            File.ReadAllText(Path.Combine(folder, "kubernetes-1.35", "definitions.json")))!["definitions"]!.AsObject();
        foreach (var (_, definition) in _definitions)
        {
            foreach (var kind in Tree.Items(definition, "x-kubernetes-group-version-kind"))
            {
                var (group, version) = (Tree.Text(kind, "group"), Tree.Text(kind, "version"));
                _byKind[(group is null or "" ? version! : $"{group}/{version}", Tree.Text(kind, "kind")!)] =
                    definition!.AsObject();
            }
        }

        foreach (var file in Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories)) AddCustomResource(file);
        Kind = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kind-v1alpha4.schema.json")))!.AsObject();
    }

    /// <summary>Schema of Kind's cluster configuration.</summary>
    public JsonObject Kind { get; }

    /// <summary>Those beside the repository; where they are not, the test is skipped.</summary>
    public static SchemaBook Open()
    {
        if (Shared.Value is null)
            Assert.Skip(
                "the schemas of Kubernetes and Strimzi are not beside the repository "
                    + "(FUTURES_EOS_K8S_SCHEMAS names their folder)");
        return Shared.Value!;
    }

    /// <summary>What is wrong with a document.</summary>
    public List<string> Judge(Manifest manifest)
    {
        if (!_byKind.TryGetValue((manifest.ApiVersion, manifest.Kind), out var schema))
            return [$"{manifest}: no schema has {manifest.ApiVersion} {manifest.Kind}"];
        var problems = new SchemaJudge(_definitions).Judge(schema, manifest.Node);
        foreach (var needed in new[] { "apiVersion", "kind", "metadata" }.Where(name => manifest.Node[name] is null))
            problems.Add($"{needed} is missing");
        return problems.ConvertAll(problem => $"{manifest}: {problem}");
    }

    /// <summary>What is wrong with Kind's configuration.</summary>
    public List<string> JudgeKind(JsonObject document) =>
        new SchemaJudge(Kind["definitions"]!.AsObject()).Judge(Kind, document);

    private void AddCustomResource(string file)
    {
        var resource = YamlText.Read(File.ReadAllText(file), file).Single();
        var (group, kind) = (Tree.Text(resource, "spec", "group"), Tree.Text(resource, "spec", "names", "kind")!);
        foreach (var version in Tree.Items(resource, "spec", "versions")
            .Where(version => Tree.Text(version, "served") == "true"))
        {
            var schema = (JsonObject)Tree.At(version, "schema", "openAPIV3Schema")!.DeepClone();
            // the resource's own says only "object"
            schema["properties"]!["metadata"] = new JsonObject
            { ["$ref"] = "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };
            _byKind[($"{group}/{Tree.Text(version, "name")}", kind)] = schema;
        }
    }

    private static SchemaBook? Find()
    {
        if (Environment.GetEnvironmentVariable("FUTURES_EOS_K8S_SCHEMAS") is { Length: > 0 } named)
            return new SchemaBook(named);
        for (var folder = new DirectoryInfo(SourceTree.Root); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "k8s-schemas");
            if (Directory.Exists(beside)) return new SchemaBook(beside);
        }

        return null;
    }
}
