using System.CommandLine;
using System.Globalization;
using FuturesEos.Cli.Explaining;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos explain CODE</c>: what an error means, and what is done about it here.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Code = new("CODE")
    {
        Description =
        "a Kafka error (PRODUCER_FENCED, 90, Local_TimedOut) or a SQLSTATE (40001, serialization_failure)"
    };

    public static Command Create()
    {
        var command = new Command(
            "explain", "a Kafka or PostgreSQL error: what it means, its class here, what is done about it") { Code };
        command.PrintsJson().SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var code = parsed.GetValue(Code)!;
        var note = ErrorNotes.Find(code)
            ?? throw ExpectedFailure.Usage(
                $"{code} is no error of Kafka (name or number) and none of PostgreSQL's that occur here (five "
                    + "characters, for example 40001)");
        if (parsed.WantsJson())
        {
            Json.Print(note);
            return ExitCode.Ok;
        }

        var number = note.Number is { } n ? string.Create(CultureInfo.InvariantCulture, $" ({n})") : "";
        var table = Screen.Table("FIELD", "VALUE");
        table.Row("error", $"{note.Code}{number}").Row("name", note.Name)
            .Row("meaning", note.Meaning).Row("class", note.Class).Row("reaction", note.Reaction);
        Screen.Write(table);
        return ExitCode.Ok;
    }
}
