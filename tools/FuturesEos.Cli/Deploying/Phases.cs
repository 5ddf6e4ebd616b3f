namespace FuturesEos.Cli.Deploying;

/// <summary>The order in which documents are applied: each phase needs what those before it have made.</summary>
internal static class Phases
{
    /// <summary>Namespace, accounts, settings, policies.</summary>
    public const string Foundation = "10-foundation";

    /// <summary>Brokers, topics, users.</summary>
    public const string Kafka = "20-kafka";

    /// <summary>PostgreSQL and its migration.</summary>
    public const string Database = "30-database";

    /// <summary>The Connect worker and its connector.</summary>
    public const string Connect = "40-connect";

    /// <summary>Signal processor and order manager.</summary>
    public const string Services = "50-services";

    /// <summary>What watches them.</summary>
    public const string Monitoring = "60-monitoring";

    /// <summary>The generators' CronJobs.</summary>
    public const string Generators = "70-generators";

    /// <summary>All, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Foundation, Kafka, Database, Connect, Services, Monitoring,
        Generators];

    /// <summary>The phase of a document.</summary>
    public static string Of(Manifest manifest) => manifest.Kind switch
    {
        _ when manifest.Namespace == "monitoring" => Monitoring,
        "PodMonitor" or "PrometheusRule" => Monitoring,
        "Kafka" or "KafkaNodePool" or "KafkaTopic" or "KafkaUser" => Kafka,
        "KafkaConnect" or "KafkaConnector" => Connect,
        "StatefulSet" or "Job" => Database,
        "Service" when manifest.Name == "postgres" => Database,
        "Deployment" or "Service" => Services,
        "CronJob" => Generators,
        _ => Foundation,
    };

    /// <summary>A file name and text for each phase of an overlay; the Namespace comes first in the first.</summary>
    public static IEnumerable<(string Name, string Text)> Files(IReadOnlyList<Manifest> documents) =>
        from phase in All
        let own = documents.Where(document => Of(document) == phase)
            .OrderBy(document => document.Kind != "Namespace").ToList()
        where own.Count > 0
        select (phase + ".yaml", YamlText.Write(own.Select(document => document.Node)));
}
