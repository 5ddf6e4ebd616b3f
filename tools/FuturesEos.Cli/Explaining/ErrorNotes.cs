using System.Globalization;
using Confluent.Kafka;
using FuturesEos.Streams.Transactions;

namespace FuturesEos.Cli.Explaining;

/// <summary>
/// Finds an error by its number or any of its names. The class of a Kafka error is the engine's own table's.
/// </summary>
internal static class ErrorNotes
{
    /// <summary>The error; null when nobody knows it.</summary>
    public static ErrorNote? Find(string text)
    {
        var wanted = Plain(text);
        if (PostgresNotes.All.Find(note => note.Code == text.ToUpperInvariant()
            || Plain(note.Name) == wanted) is { } postgres) return postgres;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return Enum.IsDefined((ErrorCode)number) ? Note((ErrorCode)number) : null;
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            if (Plain(code.ToString()) == wanted || Plain(KafkaNotes.NameOf(code)) == wanted) return Note(code);
        }

        return null;
    }

    private static ErrorNote Note(ErrorCode code)
    {
        var failureClass = FailureTable.Of(code);
        var (name, reaction) = failureClass switch
        {
            FailureClass.RetrySameCall =>
                ("retry", "makes the same call again, within the time that its transaction has left; nothing is lost"),
            FailureClass.AbortAndRewind => ("abort and rewind",
                "aborts the transaction, drops what it staged, and reads the input again from the committed offsets"),
            FailureClass.ReplaceProducerAndRewind =>
                ("new producer and rewind",
                    "replaces the producer (its InitTransactions ends or fences what was open), then reads the input "
                        + "again from the committed offsets"),
            _ => ("stop", "stops with this error: a person has to change a right, a setting, a topic or a record"),
        };
        return new ErrorNote(KafkaNotes.NameOf(code),
            (int)code, code.ToString(), KafkaNotes.MeaningOf(code), name, $"the engine {reaction}");
    }

    // NOT_COORDINATOR, NotCoordinator and not-coordinator are one
    private static string Plain(string name) =>
        new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}
