using FuturesEos.AppHost.Database;
using FuturesEos.AppHost.Kafka;

namespace FuturesEos.AppHost.Services;

/// <summary>The verdict, at once, over everything that is committed.</summary>
internal static class VerifyCommand
{
    /// <summary>Adds it to a service.</summary>
    public static IResourceBuilder<ProjectResource> WithVerifyCommand(
        this IResourceBuilder<ProjectResource> service,
        IResourceBuilder<KafkaClusterResource> kafka, FuturesDatabase database) => service.WithProgramCommand(
        "verify", "Verify exactly once", "FuturesEos.Cli", _ => ["verify"],
        new ProcessCommandOptions
        {
            Description = "Reconciles every signal, decision, order, outbox row and order event, by id and content",
            IconName = "ShieldCheckmark", IsHighlighted = true,
            Progress = new CommandProgressOptions { Message = "Reading all topics and tables" },
        },
        ("kafka", kafka), ("futures", database.Owner));
}
