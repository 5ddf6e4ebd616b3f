namespace FuturesEos.Tests.Broker.Differential;

/// <summary>A field that the embedded broker answers otherwise than Kafka.</summary>
internal sealed record Mismatch(Answer Answer, string Path, string Embedded, string Kafka)
{
    /// <summary>The field without the elements it lies in.</summary>
    public string Field => Path[(Path.LastIndexOf('.') + 1)..];

    public override string ToString() =>
        $"{Answer.Title} ({Answer.Api} {Answer.Version}) {Path}\n  Kafka    {Kafka}\n  embedded {Embedded}";
}
