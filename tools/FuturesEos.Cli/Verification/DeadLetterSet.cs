using System.Globalization;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification;

/// <summary>The dead letters by the place of the signal that each says it was, and which of them found it.</summary>
internal sealed class DeadLetterSet : IDisposable
{
    private readonly Dictionary<(string Topic, int Partition, long Offset), (long At, int Length)> _bySource = [];
    private readonly SpillFile _letters = new();
    private readonly DifferenceList _differences;

    public DeadLetterSet(IEnumerable<CommittedRecord> records, DifferenceList differences)
    {
        _differences = differences;
        foreach (var record in records)
        {
            if (SourceOf(record) is not { } source)
            {
                differences.Add(
                    Stage.DeadLetters, DifferenceKind.Unexpected, record.Place,
                    "does not say which record it was (dlq.topic, dlq.partition, dlq.offset)");
            }
            else if (_bySource.TryGetValue(source, out var first))
            {
                differences.Add(
                    Stage.DeadLetters,
                    DifferenceKind.Duplicate, Name(source), $"{record.Place} repeats {Letter(first).Place}");
            }
            else
            {
                _bySource.Add(source, Keep(record));
            }
        }
    }

    /// <summary>Takes the dead letter of a signal, and compares it byte for byte; false when there is none.</summary>
    /// <param name="signal">The signal's record.</param>
    /// <param name="refusal">What its bytes alone say; null: it is valid and can only be late.</param>
    public bool TryTake(CommittedRecord signal, Refusal? refusal)
    {
        var source = (signal.Topic, signal.Partition, signal.Offset);
        if (_bySource.Count == 0 || !_bySource.Remove(source, out var place)) return false;
        Compare(Letter(place), signal, refusal, _differences);
        return true;
    }

    /// <summary>Compares a dead letter with its signal, reason and bytes.</summary>
    public static void Compare(
        CommittedRecord letter, CommittedRecord signal, Refusal? refusal, DifferenceList differences)
    {
        var source = Name((signal.Topic, signal.Partition, signal.Offset));
        var expected = refusal is { } known ? known.Code : new Refusal(RefusalReason.Late, "").Code;
        if (letter.HeaderText(DeadLetterHeaders.Reason) is var reason && reason != expected)
            differences.Add(Stage.DeadLetters,
                DifferenceKind.Reason, source, $"{letter.Place} says {reason ?? "nothing"}, expected {expected}");
        if (Wrong(letter, signal) is { } wrong)
            differences.Add(Stage.DeadLetters, DifferenceKind.Content, source, $"{letter.Place}: {wrong}");
    }

    /// <summary>Those whose signal was not met are orphans.</summary>
    public void Finish()
    {
        foreach (var (source, letter) in _bySource)
        {
            _differences.Add(
                Stage.DeadLetters, DifferenceKind.Unexpected,
                Name(source), $"{Letter(letter).Place} says it was a record that is not there");
        }
    }

    public void Dispose() => _letters.Dispose();

    private (long At, int Length) Keep(CommittedRecord record)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        SpillCodec.Write(writer, record);
        var all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        return (_letters.Append(all), all.Length);
    }

    private CommittedRecord Letter((long At, int Length) place)
    {
        var bytes = new byte[place.Length];
        _letters.Read(place.At, bytes);
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return SpillCodec.ReadRecord(reader);
    }

    /// <summary>The place of the signal that a dead letter says it was; none: it does not say.</summary>
    public static (string Topic, int Partition, long Offset)? SourceOf(CommittedRecord letter) =>
        letter.HeaderText(DeadLetterHeaders.Topic) is { } topic
        && int.TryParse(letter.HeaderText(DeadLetterHeaders.Partition),
            NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
        && long.TryParse(letter.HeaderText(DeadLetterHeaders.Offset),
            NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? (topic, partition, offset) : null;

    private static string? Wrong(CommittedRecord letter, CommittedRecord signal)
    {
        if (!IsSame(letter.Key, signal.Key)) return "its key is not the signal's";
        if (!IsSame(letter.Value, signal.Value)) return "its value is not the signal's, byte for byte";
        if (letter.Headers.Count < signal.Headers.Count) return "a header of the signal is missing";
        for (var i = 0; i < signal.Headers.Count; i++)
        {
            if (!letter.Headers[i].IsSameAs(signal.Headers[i]))
                return $"header {signal.Headers[i].Name} is not the signal's";
        }

        return string.IsNullOrWhiteSpace(letter.HeaderText(DeadLetterHeaders.Detail)) ? "it has no dlq.detail" : null;
    }

    private static bool IsSame(byte[]? a, byte[]? b) => (a is null) == (b is null) && a.AsSpan().SequenceEqual(b);

    private static string Name((string Topic, int Partition, long Offset) source) =>
        string.Create(CultureInfo.InvariantCulture, $"{source.Topic} {source.Partition}:{source.Offset}");
}
