using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Services;

/// <summary>Logins of users who need no more than a name.</summary>
public static class Logins
{
    /// <summary>A login of a user, by the user's id and the number of the login.</summary>
    public static LoginInfo Of(string userId, uint number = 1) => new(
        new LoginId(1, 1, number).ToString(), ClientType.Meanwhile, new UserId(userId), $"{userId} Example", Community: "", new LoginDetails("", 0, "hub"));
}
