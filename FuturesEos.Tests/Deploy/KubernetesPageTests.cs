using System.Globalization;
using System.Text.RegularExpressions;
using FuturesEos.Cli.Deploying;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>The walk through Kubernetes shows what the commands print now, and names files that are there.</summary>
public partial class KubernetesPageTests
{
    private static readonly string Page = SourceTree.Read("docs/kubernetes.md");

    [Fact]
    public void the_numbers_of_documents_are_those_of_the_manifests()
    {
        var all = DeployFolder.Own.Everything().All.Count;
        var withRelay = DeployFolder.Own.Everything(DeployFolder.WithRelay).All.Count;
        Assert.Contains($"\n{all} documents ({withRelay} with the relay), {DeployCheck.Names.Count} checks"
            + $" ({string.Join(", ", DeployCheck.Names)}): nothing found\n", Page);
        Assert.Contains($"\n{DeployFolder.Own.Overlay("kind").Count} documents in ", Page);
    }

    [Fact]
    public void the_steps_that_it_shows_are_steps_of_the_plan()
    {
        var plan = KindPlan.Create(DeployFolder.Own, "rendered", DeployFolder.WithDebezium);
        var shown = Step().Matches(Page);
        Assert.True(shown.Count >= 4);
        foreach (Match step in shown)
        {
            Assert.Equal($"{plan.Count}", step.Groups["of"].Value);
            Assert.Equal(plan[int.Parse(step.Groups["number"].Value, CultureInfo.InvariantCulture) - 1].Title,
                step.Groups["title"].Value);
        }

        foreach (Match failed in Failed().Matches(Page))
            Assert.Contains(plan, step => failed.Groups[1].Value.EndsWith('…')
                ? step.Title.StartsWith(failed.Groups[1].Value[..^1], StringComparison.Ordinal)
                : step.Title == failed.Groups[1].Value);
    }

    [Fact]
    public void every_file_of_the_repository_that_it_names_is_there()
    {
        var named = Path().Matches(Page).Select(match => match.Value.TrimEnd('/', '.')).Distinct().ToList();
        Assert.True(named.Count > 10);
        Assert.All(
            named, file => Assert.True(System.IO.Path.Exists(System.IO.Path.Combine(SourceTree.Root, file)), file));
    }

    // [42/44] the verdict
    [GeneratedRegex(@"^\[(?<number>[0-9]+)/(?<of>[0-9]+)\] (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Step();

    // | `'Kafka is ready' ended with 1 …` |
    [GeneratedRegex(@"^\| `'([^']+)'", RegexOptions.Multiline)]
    private static partial Regex Failed();

    [GeneratedRegex(@"(?<!/)deploy/[A-Za-z0-9._/-]+")]
    private static partial Regex Path();
}
