namespace Sametime.Hub.LoginCop;

/// <summary>What becomes of the logins of a user who is found to be online at two live hubs.</summary>
internal enum DoubleLoginRule
{
    /// <summary>All of them end with ConnectionBroken, after which clients come back by themselves and meet at one hub.</summary>
    Both,

    /// <summary>The hub with the newest login keeps its own. The others end with MultiServerLogin, after which clients do not come back by themselves.</summary>
    NewestWins,

    /// <summary>The hub with the oldest login keeps its own; the others end in the same way.</summary>
    OldestWins,
}
