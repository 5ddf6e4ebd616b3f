using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace FuturesEos.Tests.Architecture;

/// <summary>The page of guarantees names tests; they have to exist.</summary>
public partial class GuaranteeTests
{
    [Fact]
    public void every_claim_names_a_test_that_exists()
    {
        var tests = typeof(GuaranteeTests).Assembly.GetTypes()
            .SelectMany(
            type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any())
            .Select(method => method.Name).ToHashSet();
        var named =
            TestName().Matches(SourceTree.Read("docs/guarantees.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(tests));
    }

    [GeneratedRegex("`([a-z0-9]+(?:_[a-z0-9]+){3,})`")]
    private static partial Regex TestName();
}
