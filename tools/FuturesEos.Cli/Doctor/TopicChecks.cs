using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Doctor;

/// <summary>Topics as they are against topics as they are declared.</summary>
internal sealed class TopicChecks(TopicOffsets cluster)
{
    private const string MinInSync = "min.insync.replicas";
    private static readonly string[] SettingsThatLose = ["retention.ms", "retention.bytes"];

    /// <summary>Looks at every topic of the pipeline and at the transaction log.</summary>
    public async Task<List<Finding>> RunAsync(string applicationId, string outputPrefix)
    {
        var findings = new List<Finding> { Brokers() };
        foreach (var topic in Topics.All(applicationId, outputPrefix))
        {
            if (!cluster.HasTopic(topic.Name))
                findings.Add(Finding.Error($"topic {topic.Name}",
                    "is missing", "start the pipeline once ('eos up' or the services): they create what they need"));
            else findings.AddRange(await CheckAsync(topic));
        }

        findings.Add(TransactionLog());
        return findings;
    }

    private int BrokerCount => cluster.Metadata.Brokers.Count;

    private Finding Brokers() => BrokerCount >= Topics.ReplicationFactor
        ? Finding.Ok("brokers", $"{BrokerCount} answer")
        : Finding.Warning("brokers", $"{BrokerCount} answer",
            $"enough for trying out; {Topics.ReplicationFactor} are needed for records to survive the loss of one");

    private async Task<List<Finding>> CheckAsync(TopicDeclaration declared)
    {
        var name = $"topic {declared.Name}";
        var findings = new List<Finding>();
        var partitions = cluster.Metadata.Topics.Find(t => t.Topic == declared.Name)!.Partitions;
        if (partitions.Count != declared.Partitions)
            findings.Add(Finding.Error(name, $"has {partitions.Count} partitions, {declared.Partitions} are declared",
                "a symbol would change its partition: use another prefix, or delete the topic and replay"));
        var wanted = Topics.ReplicationOn(BrokerCount);
        if (partitions.Find(p => p.Replicas.Length < wanted) is { } thin)
            findings.Add(
                Finding.Warning(
                    name, $"partition {thin.PartitionId} has {thin.Replicas.Length} replicas of {wanted} possible",
                    "reassign its partitions with kafka-reassign-partitions.sh"));
        if (partitions.Find(p => p.InSyncReplicas.Length < p.Replicas.Length) is { } behind)
            findings.Add(
                Finding.Warning(
                    name,
                    $"partition {behind.PartitionId}: {behind.InSyncReplicas.Length} of {behind.Replicas.Length} replicas are in sync", "look at the broker that is behind"));
        if (partitions.Find(p => p.Leader < 0) is { } headless)
            findings.Add(Finding.Error(name, $"partition {headless.PartitionId} has no leader", "start its brokers"));
        findings.AddRange(await SettingsAsync(name, declared, wanted));
        return findings.Count > 0
            ? findings : [Finding.Ok(name, $"{partitions.Count} partitions, settings as declared")];
    }

    private async Task<List<Finding>> SettingsAsync(string name, TopicDeclaration declared, int replicas)
    {
        var findings = new List<Finding>();
        var actual = await ConfigAsync(ResourceType.Topic, declared.Name);
        foreach (var (setting, value) in declared.Settings)
        {
            if (!actual.TryGetValue(setting, out var found) || found == value) continue;
            var remedy =
                $"kafka-configs.sh --alter --entity-type topics --entity-name {declared.Name} --add-config {setting}={value}";
            findings.Add(SettingsThatLose.Contains(setting)
                ? Finding.Warning(
                    name, $"{setting} is {found}: replayed market data carries old timestamps and goes at once", remedy)
                : Finding.Warning(name, $"{setting} is {found}, {value} is declared", remedy));
        }

        if (replicas >= Topics.ReplicationFactor && actual.TryGetValue(MinInSync, out var sync)
            && int.TryParse(sync, out var count) && count < Topics.MinInSyncReplicas)
            findings.Add(
                Finding.Error(name, $"{MinInSync} is {count}: one broker's loss can lose what was acknowledged",
                    $"set {MinInSync}={Topics.MinInSyncReplicas}"));
        return findings;
    }

    private Finding TransactionLog()
    {
        const string check = "transaction log";
        var log = cluster.Metadata.Topics.Find(t => t.Topic == "__transaction_state");
        if (log is null || log.Partitions.Count == 0)
            return Finding.Ok(check, "is kept by the broker itself, or not yet made");
        var replicas = log.Partitions.Min(p => p.Replicas.Length);
        return replicas >= Topics.ReplicationOn(BrokerCount)
            ? Finding.Ok(check, $"{log.Partitions.Count} partitions, {replicas} replicas")
            : Finding.Error(
                check, $"{replicas} replicas of {Topics.ReplicationOn(BrokerCount)} possible",
                "a lost broker would take open transactions with it: "
                    + "transaction.state.log.replication.factor=3, reassign");
    }

    private async Task<Dictionary<string, string>> ConfigAsync(ResourceType type, string name)
    {
        try
        {
            var results = await cluster.Admin.DescribeConfigsAsync([new ConfigResource { Type = type, Name = name }]);
            return results[0].Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value);
        }
        catch (KafkaException)
        {
            return []; // a broker that does not tell its settings is no defect of the pipeline
        }
    }
}
