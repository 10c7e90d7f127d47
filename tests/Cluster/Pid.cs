namespace Sametime.Tests.Cluster;

/// <summary>Processes by their numbers.</summary>
internal static class Pid
{
    /// <summary>Whether it runs. One that ended but that nobody has waited for yet does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
