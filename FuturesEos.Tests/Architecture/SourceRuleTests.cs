using System.Text.RegularExpressions;
using Xunit;

namespace FuturesEos.Tests.Architecture;

/// <summary>House rules that a reader would otherwise have to check by eye.</summary>
public partial class SourceRuleTests
{
    private const int LinesMax = 400;
    private const int MedianLinesMax = 120;

    /// <summary>Files over the limit, with the reason each of them has.</summary>
    private static readonly Dictionary<string, string> LongForAReason = [];

    private static IReadOnlyList<string> Product =>
        [.. SourceTree.Files("*.cs").Where(file => !file.StartsWith("FuturesEos.Tests/"))];

    [Fact]
    public void no_file_needs_scrolling_through()
    {
        var lengths = SourceTree.Files("*.cs").ToDictionary(file => file, file => SourceTree.Lines(file).Length);
        Assert.Empty(lengths.Where(f => f.Value > LinesMax && !LongForAReason.ContainsKey(f.Key))
            .Select(f => $"{f.Key}: {f.Value}"));
        Assert.True(lengths.Values.Order().ElementAt(lengths.Count / 2) < MedianLinesMax);
    }

    [Fact]
    public void a_file_is_named_after_its_type()
    {
        var wrong = Product.Where(file => !file.EndsWith("Program.cs", StringComparison.Ordinal)
            && !file.EndsWith("AppHost.cs", StringComparison.Ordinal))
            .Where(file => TopLevelType().Match(SourceTree.Read(file)) is { Success: true } type
                && type.Groups[1].Value != Path.GetFileNameWithoutExtension(file).Split('.')[0]);
        Assert.Empty(wrong);
    }

    [Fact]
    public void every_log_line_has_an_event_id_of_its_own_in_its_projects_range()
    {
        var seen = new Dictionary<int, string>();
        foreach (var file in Product)
        {
            foreach (Match match in LoggerMessage().Matches(SourceTree.Read(file)))
            {
                var id = int.Parse(match.Groups[1].Value);
                Assert.True(seen.TryAdd(id, file),
                    $"event {id} of {file} is taken by {(seen.TryGetValue(id, out var owner) ? owner : "")}");
                Assert.True(EventRange(file) == id / 1000, $"event {id} of {file} is outside its project's range");
            }
        }

        Assert.NotEmpty(seen);
    }

    [Fact]
    public void no_region_hides_code_and_no_pragma_lacks_its_reason()
    {
        var wrong =
            from file in SourceTree.Files("*.cs")
            from line in SourceTree.Lines(file)
            let text = line.TrimStart()
            where text.StartsWith("#region", StringComparison.Ordinal)
                || (text.StartsWith("#pragma warning disable", StringComparison.Ordinal) && !text.Contains("//"))
            select $"{file}: {text}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void a_test_waits_for_a_condition_and_never_sleeps()
    {
        var wrong =
            from file in SourceTree.Files("*.cs")
            where file.StartsWith("FuturesEos.Tests/")
                && !file.StartsWith("FuturesEos.Tests/Support/") && !file.StartsWith("FuturesEos.Tests/Architecture/")
            where Sleep().IsMatch(SourceTree.Read(file))
            select file;
        Assert.Empty(wrong);
    }

    [Fact]
    public void the_repository_speaks_of_the_product_only()
    {
        var wrong =
            from pattern in new[] { "*.cs", "*.md", "*.csproj", "*.props", "*.sql", "*.yaml", "*.json", "eos", "run" }
            from file in SourceTree.Files(pattern)
            where !file.StartsWith("FuturesEos.Tests/Architecture/")
            let match = Foreign().Match(SourceTree.Read(file))
            where match.Success
            select $"{file}: {match.Value}";
        Assert.Empty(wrong);
    }

    private static int EventRange(string file) => file switch
    {
        _ when file.Contains("FuturesEos.Streams/") => 1,
        _ when file.Contains("FuturesEos.EmbeddedKafka/") => 2,
        _ when file.Contains("FuturesEos.ServiceDefaults/") => 3,
        _ when file.Contains("FuturesEos.SignalGenerator/") => 4,
        _ when file.Contains("FuturesEos.SignalProcessor/") => 5,
        _ when file.Contains("FuturesEos.OrderManager/") => 6,
        _ when file.Contains("FuturesEos.OutboxRelay/") => 7,
        _ when file.Contains("FuturesEos.Cli/") => 8,
        _ when file.Contains("FuturesEos.AppHost/") => 9,
        _ => -1,
    };

    [GeneratedRegex(@"^(?:public|internal)[\w ]*?\b(?:class|struct|interface|enum|record struct|record)\s+(\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"/work/|/root/|\bworktree\b|https?://[^\s""]*(?:nuget|npmjs|pypi)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();
}
