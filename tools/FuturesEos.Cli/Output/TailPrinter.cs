using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Wire;

namespace FuturesEos.Cli.Output;

/// <summary>Prints records one by one: a line each; as JSON one object, or one a line while following.</summary>
internal sealed class TailPrinter(bool asJson, bool follows)
{
    private readonly List<Dictionary<string, object?>> _collected = [];

    /// <summary>Prints a record.</summary>
    public void Print(CommittedRecord record)
    {
        if (asJson) Print(RecordLine.Json(record));
        else Console.Out.WriteLine(RecordLine.Text(record));
    }

    /// <summary>Prints a record and its transaction.</summary>
    public void Print(LoggedRecord record, string? transactionalId)
    {
        if (asJson) Print(RecordLine.Json(record, transactionalId));
        else Console.Out.WriteLine(RecordLine.Text(record, transactionalId));
    }

    /// <summary>Prints what was collected.</summary>
    public void Finish()
    {
        if (asJson && !follows) Json.Print(new { Records = _collected });
    }

    private void Print(Dictionary<string, object?> record)
    {
        if (follows) Json.Print(record);
        else _collected.Add(record);
    }
}
