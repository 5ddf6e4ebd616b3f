using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// The file that <c>--sasl-users</c> names: a line <c>user:password</c> for each, only its owner may read it. What is
/// refused is named by its line, since what stands there may be a password.
/// </summary>
internal static class SaslUsersFile
{
    private const int BytesMax = 1 << 20;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <exception cref="ExpectedFailure">The file may not be used, or has a line that is none.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in Lines(file))
        {
            number++;
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || colon == line.Length - 1)
                throw Refused($"line {number} of {file} is not user:password");
            if (!users.TryAdd(line[..colon], line[(colon + 1)..]))
                throw Refused($"line {number} of {file} names a user who stands above already");
        }

        return users.Count > 0 ? users : throw Refused($"{file} has no line user:password");
    }

    private static string[] Lines(string file)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
                throw Refused($"others than its owner may read or write {file}: chmod 600 it");
            if (new FileInfo(file).Length > BytesMax) throw Refused($"{file} has more than {BytesMax >> 20} MiB");
            return File.ReadAllLines(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw Refused(failed.Message);
        }
    }

    private static ExpectedFailure Refused(string why) => ExpectedFailure.Usage($"--sasl-users: {why}");
}
