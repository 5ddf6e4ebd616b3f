namespace FuturesEos.ServiceDefaults.Options;

/// <summary>The words of a command line: what comes before the first option, and the options by name.</summary>
/// <param name="Words">Words that are no option: a mode such as <c>migrate</c>, and its arguments.</param>
/// <param name="Options">Values by option name, dashes included; an option that stands alone has none.</param>
public sealed record CommandLine(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string?> Options)
{
    /// <summary>Splits arguments; <c>--name value</c> and <c>--name=value</c> mean the same.</summary>
    /// <param name="args">As the process got them.</param>
    /// <param name="isFlag">Whether an option takes no value unless it is written with <c>=</c>.</param>
    /// <exception cref="ExpectedFailure">An option stands twice or lacks its value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args, Func<string, bool> isFlag)
    {
        var words = new List<string>();
        var options = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-') || args[i] == "-")
            {
                words.Add(args[i]);
                continue;
            }

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            string? value = null;
            if (equals >= 0) value = args[i][(equals + 1)..];
            else if (!isFlag(name))
                value = ++i < args.Count ? args[i] : throw ExpectedFailure.Usage($"{name} needs a value");
            if (!options.TryAdd(name, value)) throw ExpectedFailure.Usage($"{name} is given twice");
        }

        return new CommandLine(words, options);
    }
}
