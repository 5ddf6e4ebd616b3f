using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Deploying.Checks;
using FuturesEos.Contracts;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// The manifests pass every check, and each mistake that people make is found by the check that is there for it.
/// </summary>
public class CheckTests
{
    private static readonly ManifestSet Good = DeployFolder.Own.Everything();
    private static readonly ManifestSet WithRelay = DeployFolder.Own.Everything(DeployFolder.WithRelay);

    /// <summary>
    /// Name, check, document, what is done to it. A place ends with = VALUE (set), - (remove) or + VALUE (append).
    /// </summary>
    public static TheoryData<string, string, string> Mistakes => new()
    {
        // labels and names
        { "Strimzi", "KafkaTopic trading.decisions", "metadata/labels/strimzi.io~1cluster = \"trading-kafka\"" },
        { "Strimzi", "KafkaUser signal-processor",
            "metadata/labels/strimzi.io~1clustr = \"trading\", metadata/labels/strimzi.io~1cluster -" },
        { "Strimzi", "KafkaNodePool node", "metadata/labels/strimzi.io~1cluster = \"other\"" },
        { "Strimzi", "KafkaConnector outbox", "metadata/labels/strimzi.io~1cluster = \"connect\"" },
        { "Strimzi", "Kafka trading", "apiVersion = \"kafka.strimzi.io/v1beta2\"" },
        { "Strimzi", "Kafka trading", "spec/kafka/config/transaction.state.log.min.isr = 1" },
        { "Strimzi", "Kafka trading", "spec/kafka/config/auto.create.topics.enable -" },
        { "Strimzi", "Kafka trading", "spec/kafka/listeners/0/tls = false" },
        { "Strimzi", "Kafka trading", "spec/kafka/authorization -" },
        { "Strimzi", "KafkaNodePool node", "spec/replicas = 1" },
        { "Strimzi", "KafkaConnect trading", "spec/config/group.id = \"x\"" },
        { "Strimzi", "KafkaConnect trading", "spec/config/exactly.once.source.support = \"disabled\"" },
        { "Strimzi", "KafkaConnect trading", "metadata/annotations -" },
        { "Strimzi", "KafkaConnect trading", "spec/authentication/username = \"nobody\"" },
        { "Strimzi", "KafkaTopic futures-connect.offsets", "spec/config/cleanup.policy = \"delete\"" },
        // topics and rights
        { "topics", "KafkaTopic trading.orders", "spec/partitions = 6" },
        { "topics", "KafkaTopic trading.orders", "spec/replicas = 1" },
        { "topics", "KafkaTopic trading.signal.1m", "spec/config/retention.ms = 604800000" },
        { "topics", "KafkaTopic trading.signal.5m", "metadata/name = \"trading.signal.5min\"" },
        { "topics", "KafkaUser order-manager", "spec/authorization/acls/0/resource/name = \"trading.decision\"" },
        { "rights", "KafkaUser signal-processor", "spec/authorization/acls/0 -" },
        { "rights", "KafkaUser order-manager", "spec/authorization/acls/0/operations + \"Write\"" },
        { "rights", "KafkaUser signal-generator", "spec/authorization/acls/0/resource/patternType = \"prefix\"" },
        { "rights", "KafkaUser tools", "spec/authorization/acls/0/operations + \"Delete\"" },
        // references
        { "references", "Deployment signal-processor",
            "spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef/name = \"processor\"" },
        { "references", "Deployment order-manager",
            "spec/template/spec/containers/0/env/1/valueFrom/secretKeyRef/key = \"pw\"" },
        { "references", "Deployment order-manager",
            "spec/template/spec/containers/0/envFrom/0/configMapRef/name = \"orders-env\"" },
        { "references", "Deployment order-manager", "spec/template/spec/serviceAccountName = \"orders\"" },
        { "references", "CronJob signal-generator-5m",
            "spec/jobTemplate/spec/template/spec/volumes/0/secret/secretName = \"kafka-ca\"" },
        { "references", "Kafka trading", "spec/kafka/metricsConfig/valueFrom/configMapKeyRef/key = \"broker.yml\"" },
        { "references", "KafkaConnect trading", "spec/bootstrapServers = \"trading-kafka-bootstrap:9092\"" },
        { "references", "KafkaConnect trading", "spec/authentication/passwordSecret/password = \"pwd\"" },
        { "references", "ConfigMap signal-processor-env", "data/ConnectionStrings__kafka = \"kafka:9093\"" },
        { "references", "ConfigMap order-manager-env",
            "data/ConnectionStrings__futures = \"Host=postgresql;Port=5432;Database=futures\"" },
        { "references", "Job verify",
            "spec/template/spec/containers/0/env/1/value = \"Host=postgres;Port=5433;Database=futures\"" },
        { "references", "StatefulSet postgres", "spec/serviceName = \"db\"" },
        // selectors and ports
        { "selectors", "Service postgres", "spec/selector/app = \"postgresql\"" },
        { "selectors", "Service postgres", "spec/ports/0/targetPort = \"sql\"" },
        { "selectors", "Service order-manager", "spec/ports/0/targetPort = 8081" },
        { "selectors", "PodDisruptionBudget order-manager", "spec/selector/matchLabels/app = \"orders\"" },
        { "selectors", "PodMonitor strimzi", "spec/podMetricsEndpoints/0/port = \"metrics\"" },
        { "selectors", "PodMonitor futures-eos", "spec/selector/matchLabels/futures-eos~1metrics = \"yes\"" },
        { "selectors", "Deployment signal-processor", "spec/selector/matchLabels/app = \"processor\"" },
        { "selectors", "Deployment signal-processor",
            "spec/template/spec/containers/0/readinessProbe/httpGet/port = \"https\"" },
        { "selectors", "PodDisruptionBudget postgres", "spec/selector/matchLabels = {}" },
        // pods
        { "pods", "Deployment signal-processor", "spec/template/spec/containers/0/livenessProbe -" },
        { "pods", "Deployment signal-processor", "spec/template/spec/containers/0/resources/limits -" },
        { "pods", "Deployment order-manager", "spec/template/spec/securityContext/runAsNonRoot = false" },
        { "pods", "Deployment order-manager", "spec/template/spec/automountServiceAccountToken -" },
        { "pods", "StatefulSet postgres",
            "spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem = false" },
        { "pods", "Job migrate", "spec/template/spec/initContainers/0/securityContext/capabilities -" },
        { "pods", "CronJob signal-generator-1m", "spec/concurrencyPolicy = \"Allow\"" },
        { "pods", "CronJob signal-generator-5m", "spec/schedule = \"* * * * *\"" },
        { "pods", "CronJob signal-generator-1m", "spec/jobTemplate/spec/activeDeadlineSeconds = 60" },
        { "pods", "Namespace trading", "metadata/labels/pod-security.kubernetes.io~1enforce = \"baseline\"" },
        // images, connector
        { "images", "StatefulSet postgres", "spec/template/spec/containers/0/image = \"docker.io/library/postgres\"" },
        { "images", "Deployment signal-processor",
            "spec/template/spec/containers/0/image = \"localhost:5001/futures-eos/signal-processor:latest\"" },
        { "images", "KafkaConnect trading", "spec/image = \"localhost:5001/futures-eos/connect:0.2.0\"" },
        { "connector", "KafkaConnector outbox",
            "spec/config/transforms.outbox.table.field.event.aggregate.id = \"aggregate_id\"" },
        { "connector", "KafkaConnector outbox", "spec/config/snapshot.mode = \"initial\"" },
        { "connector", "KafkaConnector outbox", "spec/config/database.password = \"secret\"" },
        { "connector", "KafkaConnect trading", "spec/template/connectContainer/env/0/name = \"DB_HOST\"" },
        // flows
        { "flows", "NetworkPolicy default-deny", "spec/policyTypes = [\"Egress\"]" },
        { "flows", "NetworkPolicy postgres", "spec/ingress/0/from -" },
        { "flows", "NetworkPolicy postgres", "spec/ingress/0/ports -" },
        { "flows", "NetworkPolicy postgres", "spec/ingress/0/from/0/podSelector = {}" },
        { "flows", "NetworkPolicy connect-egress", "spec/egress/0/to -" },
        { "flows", "NetworkPolicy kafka-clients", "spec/podSelector = {}" },
        { "flows", "NetworkPolicy kafka-clients", "spec/podSelector/matchLabels/futures-eos~1kafka-client = \"yes\"" },
        { "flows", "NetworkPolicy metrics", "spec/ingress/0/from/0/podSelector -" },
        { "flows", "NetworkPolicy kafka-egress", "spec/egress/1/ports/0/port = 443" },
        { "flows", "Kafka trading", "spec/kafka/listeners/0/networkPolicyPeers -" },
        { "flows", "Deployment signal-processor", "spec/template/metadata/labels/futures-eos~1kafka-client -" },
        { "flows", "CronJob signal-generator-1m",
            "spec/jobTemplate/spec/template/metadata/labels/app = \"generator\"" },
        // the relay in place of Connect
        { "rights", "KafkaUser outbox-relay", "spec/authorization/acls/2/operations/1 -" },
        { "rights", "KafkaUser outbox-relay", "spec/authorization/acls/0/resource/patternType = \"prefix\"" },
        { "topics", "KafkaTopic trading.outbox-relay.progress", "metadata/name = \"trading.relay.progress\"" },
        { "references", "Deployment outbox-relay",
            "spec/template/spec/containers/0/env/1/valueFrom/secretKeyRef/name = \"relay\"" },
        { "references", "ConfigMap outbox-relay-env",
            "data/ConnectionStrings__kafka = \"trading-kafka-bootstrap:9092\"" },
        { "pods", "Deployment outbox-relay", "spec/template/spec/containers/0/livenessProbe -" },
        { "images", "Deployment outbox-relay",
            "spec/template/spec/containers/0/image = \"localhost:5001/futures-eos/outbox-relay:0.2.0\"" },
        { "flows", "Deployment outbox-relay", "spec/template/metadata/labels/futures-eos~1kafka-client -" },
        { "flows", "Deployment outbox-relay", "spec/template/metadata/labels/app = \"relay\"" },
    };

    [Fact]
    public void the_manifests_have_no_problem()
    {
        Assert.Empty(DeployCheck.Find(DeployFolder.Own));
        Assert.True(Good.All.Count > 50);
        Assert.Empty(WithRelay.Of("KafkaConnect").Concat(WithRelay.Of("KafkaConnector")));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void a_mistake_is_named_by_its_check(string check, string document, string mistake)
    {
        var set = (document.Contains("relay") ? WithRelay : Good).Clone();
        var manifest = set.All.Single(candidate => candidate.ToString() == document);
        foreach (var change in mistake.Split(", ")) Make(manifest.Node, change);
        Assert.Contains(DeployCheck.Find(set), problem => problem.Check == check);
    }

    [Fact]
    public void every_right_that_is_taken_away_is_missed_and_every_further_one_is_noticed()
    {
        foreach (var (good, user) in
            from good in new[] { Good, WithRelay } from user in good.Of("KafkaUser") select (good, user))
        {
            var rules = Tree.Items(user.Spec, "authorization", "acls").Count();
            for (var i = 0; i < rules; i++)
            {
                var set = good.Clone();
                Tree.At(set.Find("KafkaUser", user.Name)!.Spec, "authorization", "acls")!.AsArray().RemoveAt(i);
                Assert.NotEmpty(AclCheck.Find(set));
            }
        }
    }

    [Fact]
    public void every_policy_that_is_taken_away_closes_something_or_opens_something()
    {
        foreach (var (good, policy) in
            from good in new[] { Good, WithRelay } from policy in good.Of("NetworkPolicy") select (good, policy))
        {
            var set = new ManifestSet([.. good.All.Where(manifest => manifest != policy)]);
            Assert.NotEmpty(FlowCheck.Find(set));
        }
    }

    [Fact]
    public void a_pod_without_labels_reaches_names_and_nothing_else()
    {
        var reader = new FlowReader(Good);
        Assert.Equal([new Flow(reader.Stranger.Name, "dns", 53)],
            reader.Egress().Where(flow => flow.From == reader.Stranger.Name));
        Assert.DoesNotContain(reader.Ingress(), flow => flow.From == reader.Stranger.Name || flow.From == Flow.Anyone);
    }

    [Fact]
    public void the_connector_in_the_cluster_is_the_one_of_the_shared_file()
    {
        var shared =
            JsonNode.Parse(File.ReadAllText(DeployFolder.Own.At("connect", "outbox-connector.json")))!.AsObject();
        var connector = Good.Of("KafkaConnector").Single();
        Assert.Equal(shared["connector.class"]!.ToString(), Tree.Text(connector.Spec, "class"));
        Assert.Equal(shared["tasks.max"]!.ToString(), Tree.Text(connector.Spec, "tasksMax"));
        var config = Tree.Map(connector.Spec, "config");
        Assert.Equal(shared.Where(o => o.Key is not ("connector.class" or "tasks.max"))
            .Select(o => $"{o.Key}={o.Value}"), config.Select(o => $"{o.Key}={o.Value}"));
    }

    [Fact]
    public void the_topics_of_the_cluster_are_those_of_the_declaration()
    {
        var manifests =
            Good.Of("KafkaTopic").Where(topic => !topic.Name.StartsWith("futures-connect.", StringComparison.Ordinal));
        Assert.Equal(Topics.All().Select(topic => topic.Name).Order(), manifests.Select(topic => topic.Name).Order());
        Assert.Empty(TopicCheck.Find(Good));
    }

    private static void Make(JsonObject document, string change)
    {
        var parts = change.Split(' ', 3);
        var steps = parts[0].Split('/').Select(step => step.Replace("~1", "/")).ToArray();
        var owner = Tree.At(document, steps[..^1]);
        Assert.NotNull(owner);
        switch (parts[1], owner)
        {
            case ("-", JsonObject members):
                Assert.True(members.Remove(steps[^1]));
                break;
            case ("-", JsonArray items):
                items.RemoveAt(int.Parse(steps[^1]));
                break;
            case ("+", _):
                Tree.At(document, steps)!.AsArray().Add(JsonNode.Parse(parts[2]));
                break;
            case ("=", JsonObject members):
                members[steps[^1]] = JsonNode.Parse(parts[2]);
                break;
            default:
                Assert.Fail($"the mistake cannot be made: {change}");
                break;
        }
    }
}
