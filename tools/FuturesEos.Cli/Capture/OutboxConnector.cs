using System.Text.Json.Nodes;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Topology;

namespace FuturesEos.Cli.Capture;

/// <summary>
/// The one connector configuration, and what of it a second outbox on the same server must have of its own.
/// </summary>
internal static class OutboxConnector
{
    /// <summary>The configuration as it is shipped.</summary>
    public static string Shipped => File.ReadAllText(Path.Combine(Installation.Root, ConnectWorker.ConnectorFile));

    /// <summary>The same, with a slot, a name in the offsets, and a topic of its own.</summary>
    public static string For(string slot, string topic)
    {
        var configuration = JsonNode.Parse(Shipped)!.AsObject();
        configuration["slot.name"] = slot;
        configuration["topic.prefix"] = slot;
        configuration["transforms.outbox.route.topic.replacement"] = topic;
        return configuration.ToJsonString();
    }
}
