using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// Every manifest against the schemas of the versions it is written for, with no field that they do not know.
/// </summary>
public class SchemaTests
{
    private static readonly string[] NotManifests = ["kustomization.yaml", "every-deployment.yaml",
        "operator-values.yaml", "cluster.yaml"];

    // patches are parts of documents; what they make is judged in the rendered overlay
    private static readonly string[] Patches =
        ["deploy/overlays/common/namespace.yaml", "no-generator-deployment.yaml", "no-generator-service.yaml",
            "common/signal-processor.yaml", "common/order-manager.yaml"];

    public static TheoryData<string> Files => [
        .. SourceTree.Files("*.yaml").Where(file => file.StartsWith("deploy/", StringComparison.Ordinal)
        && !NotManifests.Any(file.EndsWith) && !Patches.Any(file.EndsWith))];

    public static TheoryData<string> Overlays => [.. DeployFolder.Overlays];

    [Theory]
    [MemberData(nameof(Files))]
    public void a_file_has_only_documents_that_the_schemas_take(string file)
    {
        var book = SchemaBook.Open();
        var documents = YamlText.Read(SourceTree.Read(file), file);
        Assert.NotEmpty(documents);
        Assert.Empty(documents.SelectMany(document => book.Judge(new Manifest(document))));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void a_rendered_overlay_has_only_documents_that_the_schemas_take(string overlay)
    {
        var book = SchemaBook.Open();
        Assert.Empty(DeployFolder.Own.Overlay(overlay).SelectMany(book.Judge));
    }

    [Fact]
    public void what_render_writes_reads_back_as_the_same_documents()
    {
        var documents = DeployFolder.Own.Overlay("kind-monitored");
        var texts = Phases.Files(documents).SelectMany(file => YamlText.Read(file.Text, file.Name)).ToList();
        Assert.Equal(documents.Count, texts.Count);
        foreach (var document in documents)
            Assert.Contains(texts, text => JsonNode.DeepEquals(text, document.Node));
    }

    [Fact]
    public void the_cluster_configuration_is_one_that_kind_takes()
    {
        var book = SchemaBook.Open();
        var document = YamlText.Read(SourceTree.Read("deploy/kind/cluster.yaml"), "cluster.yaml").Single();
        Assert.Empty(book.JudgeKind(document));
        document["nodes"]![1]!["rle"] = "worker";
        Assert.NotEmpty(book.JudgeKind(document));
    }

    [Theory]
    [InlineData("Deployment", "spec/template/spec/containers/0/livenessprobe", "{}")]
    [InlineData("Deployment", "spec/replicas", "\"two\"")]
    [InlineData("Kafka", "spec/kafka/replicas", "3")]
    [InlineData("Kafka", "spec/kafka/listeners/0/networkPolicyPeer", "[]")]
    [InlineData("Kafka", "spec/kafka/authorization/type", "\"opa\"")]
    [InlineData("KafkaConnect", "spec/externalConfiguration", "{}")]
    [InlineData("KafkaConnector", "spec/pause", "true")]
    [InlineData("KafkaUser", "spec/authorization/acls/0/operation", "\"Read\"")]
    [InlineData("NetworkPolicy", "spec/ingres", "[]")]
    [InlineData("CronJob", "spec/jobTemplate/spec/backofflimit", "1")]
    [InlineData("PodMonitor", "spec/podMetricsEndpoint", "[]")]
    [InlineData("PrometheusRule", "spec/groups/0/rules/0/expression", "\"up\"")]
    public void a_field_that_does_not_exist_or_has_another_type_is_refused(string kind, string place, string value)
    {
        var book = SchemaBook.Open();
        var manifest = DeployFolder.Own.Everything().Clone().Of(kind).First();
        Assert.Empty(book.Judge(manifest));
        var steps = place.Split('/');
        Tree.At(manifest.Node, steps[..^1])!.AsObject()[steps[^1]] = JsonNode.Parse(value);
        Assert.NotEmpty(book.Judge(manifest));
    }

    [Fact]
    public void a_missing_field_and_an_old_version_are_refused()
    {
        var book = SchemaBook.Open();
        var set = DeployFolder.Own.Everything().Clone();
        var connect = set.Of("KafkaConnect").Single();
        ((JsonObject)connect.Spec!).Remove("groupId");
        Assert.NotEmpty(book.Judge(connect));
        var kafka = set.Of("Kafka").Single();
        kafka.Node["apiVersion"] = "kafka.strimzi.io/v1beta2";
        Assert.NotEmpty(book.Judge(kafka));
    }
}
