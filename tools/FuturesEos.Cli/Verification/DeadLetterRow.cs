namespace FuturesEos.Cli.Verification;

/// <summary>A row of <c>app.dead_letter</c>: a decision that could not be read, and where it lies.</summary>
internal sealed record DeadLetterRow(
    string Topic, int Partition, long Offset, byte[]? Key, byte[]? Value, string Reason);
