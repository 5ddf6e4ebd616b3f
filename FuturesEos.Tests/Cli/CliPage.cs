using System.CommandLine;
using System.Text;
using FuturesEos.Cli;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.OrderManager;
using FuturesEos.OutboxRelay;
using FuturesEos.SignalGenerator;
using FuturesEos.SignalProcessor;
using FuturesEos.Tests.Architecture;

namespace FuturesEos.Tests.Cli;

/// <summary>Every command and option as the program itself knows them, in Markdown.</summary>
internal static class CliPage
{
    private static readonly (string Service, Command Command)[] Services =
    [
        ("broker", BrokerService.Command()),
        ("postgres", PostgresService.Command()),
        ("processor", ProcessorCommand.Create("signals to decisions, exactly once")),
        ("orders", OrderManagerCommand.Create()),
        ("relay", OutboxRelayCommand.Create()),
        ("generator", GeneratorCommand.Create()),
    ];

    // on nearly every command: said once, above
    private static readonly Option[] Shared =
        [PipelineOptions.BootstrapServers, PipelineOptions.Postgres, PipelineOptions.Data, PipelineOptions.AsJson];

    public static string Write()
    {
        var text = new StringBuilder();
        foreach (var command in Eos.Commands().Subcommands) Write(text, command, "eos " + command.Name);
        foreach (var (service, command) in Services) Write(text, command, "eos run " + service);

        return text.ToString();
    }

    private static void Write(StringBuilder text, Command command, string words)
    {
        var arguments = string.Concat(command.Arguments.Select(argument => $" {argument.Name}"));
        text.Append($"\n## {words}{arguments}\n\n{Sentence(command.Description)}\n");
        var options =
            command.Options.Where(option => !option.Hidden && option.Name is not ("--help" or "--version")).ToList();
        var shared = options.Where(Shared.Contains).ToList();
        var own = options.Except(shared).ToList();
        if (command.Arguments.Count + own.Count > 0) text.Append("\n| | |\n| --- | --- |\n");
        foreach (var argument in command.Arguments)
            text.Append($"| `{argument.Name}` | {Cell(argument.Description)} |\n");
        foreach (var option in own)
        {
            var names = string.Join("`, `", option.Aliases.Prepend(option.Name));
            text.Append($"| `{Cell(names + Value(option))}` | {Cell(option.Description)}{Default(option)} |\n");
        }

        if (shared.Count > 0) text.Append($"\nAnd {string.Join(", ", shared.Select(option => $"`{option.Name}`"))}.\n");
        if (command.Name == "run") return; // what its services take is their own, below
        foreach (var subcommand in command.Subcommands) Write(text, subcommand, $"{words} {subcommand.Name}");
    }

    private static string Value(Option option) => option.ValueType == typeof(bool)
        ? "" : " " + (option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant());

    private static string Default(Option option) => option.ValueType != typeof(bool) && option.HasDefaultValue
        && option.GetDefaultValue()?.ToString() is { Length: > 0 } value && !value.Contains(SourceTree.Root)
            ? $" (default `{value}`)" : "";

    private static string Sentence(string? text) =>
        text is { Length: > 0 } ? char.ToUpperInvariant(text[0]) + text[1..] + "." : "";

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
