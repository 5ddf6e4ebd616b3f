using System.Runtime.CompilerServices;

namespace FuturesEos.Tests.Support;

/// <summary>Names of topics, groups, slots and transactional ids that no other test and no other run uses.</summary>
internal static class TestNames
{
    private const int NameLengthMax = 40;

    /// <summary>
    /// A name that begins with the test's own, so that a broker's log says whose it is: <c>a_copy_is_made-1f3a09c2</c>.
    /// </summary>
    public static string Unique([CallerMemberName] string test = "") =>
        $"{Short(test)}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Several topics of one test: <c>a_copy_is_made-1f3a09c2.in</c>.</summary>
    public static string Topic(string purpose, [CallerMemberName] string test = "") => $"{Unique(test)}.{purpose}";

    private static string Short(string test) => test.Length <= NameLengthMax ? test : test[..NameLengthMax];
}
