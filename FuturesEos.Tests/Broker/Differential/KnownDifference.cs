using FuturesEos.KafkaProtocol;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Something the embedded broker answers otherwise than Kafka on purpose. Each is named in docs/embedded-kafka.md with its
/// reason; what is not in this list is a failure.
/// </summary>
internal sealed record KnownDifference(string Name, ApiKey? Api, Func<Mismatch, bool> Covers)
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new("explained refusals", null, m => m is { Field: "ErrorMessage", Kafka: "null", Embedded: "prose" }),
        new("one place for settings", null, m => m is { Field: "ConfigSource", Kafka: "3" or "4", Embedded: "5" }),
    ];

    public static KnownDifference? Of(Mismatch mismatch) =>
        All.FirstOrDefault(known => (known.Api ?? mismatch.Answer.Api) == mismatch.Answer.Api && known.Covers(mismatch));
}
