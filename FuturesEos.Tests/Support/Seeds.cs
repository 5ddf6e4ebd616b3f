using System.Globalization;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>Seeds of random tests: some by default, others by <c>FUTURES_EOS_SEEDS=101-132</c>.</summary>
internal static class Seeds
{
    private const string Variable = "FUTURES_EOS_SEEDS";

    /// <summary>Those of the variable, else 1 to <paramref name="count"/>.</summary>
    public static TheoryData<int> Or(int count)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } given)
            return [.. Enumerable.Range(1, count)];
        var ends = given.Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return [.. Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)];
    }
}
