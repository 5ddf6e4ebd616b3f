using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Capture;

/// <summary>Apache Kafka's own programs and Debezium, where they lie on this machine.</summary>
internal static class JavaKafka
{
    /// <summary>Names the folder with <c>libs</c> and, for Connect, <c>plugins</c>.</summary>
    public const string Variable = "FUTURES_EOS_KAFKA";

    /// <summary>The folder, by the variable or beside the repository.</summary>
    /// <exception cref="ExpectedFailure">It is not there.</exception>
    public static string Folder
    {
        get
        {
            var named = Environment.GetEnvironmentVariable(Variable);
            var folder = named is { Length: > 0 }
                ? named : Path.GetFullPath(Path.Combine(Installation.Root, "..", "shared", "kafka"));
            return Directory.Exists(Path.Combine(folder, "plugins")) && Directory.Exists(Path.Combine(folder, "libs"))
                ? folder
                : throw ExpectedFailure.Unreachable(
                    $"{folder} holds no Kafka with Connect plugins (libs/, plugins/ with Debezium's PostgreSQL "
                        + $"connector): name its folder in {Variable}");
        }
    }
}
