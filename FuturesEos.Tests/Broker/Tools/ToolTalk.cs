using System.Text.RegularExpressions;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Tools;

/// <summary>
/// What Kafka's tools print about one broker, without what differs between any two: ids, addresses, clocks.
/// </summary>
internal sealed partial class ToolTalk(string servers, string name)
{
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(90);
    private static readonly string[] Made =
        ["ProducerId", "StartTimeMs", "TransactionDurationMs", "CurrentTransactionStartTimeMs", "LastTimestamp"];

    // a real node's files have them, so that they are shown with each topic
    private static readonly string[] OfTheNode = ["min.insync.replicas=", "unclean.leader.election.enable="];

    public string Servers => servers;

    public string Name => name;

    /// <summary>Each command, how it ended, and its lines.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Runs a tool, which may read something; NAME in its words is what this talk is about.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(string words, string input = "", bool isOfOthersToo = false)
    {
        var arguments = words.Replace("NAME", name).Split(' ');
        var (code, data, talk) = await ChildProgram.RunAsync(
            Path.Combine(RealKafka.Folder!, "run"),
            [arguments[0], "--bootstrap-server", servers, .. arguments[1..]],
            deadline: Deadline.In(ToolTimeout),
            input: input);
        Lines.Add($"> {words} ({code})");
        var told = Told(data).Concat(Told(talk)).Where(line => !OfTheNode.Any(line.TrimStart().StartsWith));
        Lines.AddRange(told.Where(line => !isOfOthersToo || line.Contains("NAME", StringComparison.Ordinal)));
        return data + talk;
    }

    private List<string> Told(string text)
    {
        var lines = new List<string>();
        string[] header = [];
        foreach (var line in text.Split('\n').Where(line => line.Trim().Length > 0 && !LogLine().IsMatch(line)))
        {
            var columns = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (columns.Intersect(Made).Any()) header = columns;
            for (var i = 0; i < columns.Length && columns.Length == header.Length; i++)
            {
                if (Made.Contains(header[i]) && columns[i] != header[i] && columns[i] != "None") columns[i] = "any";
            }

            lines.Add(Without(string.Join(' ', columns)));
        }

        return lines;
    }

    private string Without(string line)
    {
        line = line.Replace(servers, "SERVER").Replace(name, "NAME");
        line = TopicId().Replace(MadeId().Replace(line, "ID"), "TopicId: ID");
        line = EligibleLeaders().Replace(line, "");
        return Configs().Replace(line, match => string.Join(
            ',', match.Value.Split(',').Where(setting => !OfTheNode.Any(setting.StartsWith)).Order()));
    }

    // of the tool's own log
    [GeneratedRegex(@"^\[20\d\d-")]
    private static partial Regex LogLine();

    [GeneratedRegex(@"TopicId: \S+")]
    private static partial Regex TopicId();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex MadeId();

    // a question that the embedded broker does not offer: the tool says N/A then
    [GeneratedRegex(@" Elr: (N/A)? ?LastKnownElr: ?(N/A)?")]
    private static partial Regex EligibleLeaders();

    [GeneratedRegex(@"(?<=Configs: )\S+")]
    private static partial Regex Configs();
}
